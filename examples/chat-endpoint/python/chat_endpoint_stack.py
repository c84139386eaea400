from aws_cdk import CfnOutput, Stack
from aws_cdk.aws_s3 import Bucket
from cdk_sagemaker_inference import (
    AiRecommendationJob,
    AiWorkloadConfig,
    DeployRecommendation,
    GpuInstanceType,
    JobOutput,
    ModelSource,
    NormalDistribution,
    PerformanceObjective,
    WorkloadSpec,
)
from constructs import Construct


class ChatEndpointStack(Stack):
    """A chat model in S3 becomes an endpoint on the GPU instance that serves chat traffic best.

    The bucket is not of this stack on purpose: a job is found again by what it was made from, and a bucket that goes with the stack
    comes back under another name.

    :param bucket_name: Name of the bucket with the model under ``gpt-oss-20b/``; the results go to the same bucket. In the Region of the stack.
    """

    def __init__(self, scope: Construct, construct_id: str, *, bucket_name: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)
        bucket = Bucket.from_bucket_name(self, "Bucket", bucket_name)

        workload_config = AiWorkloadConfig(
            self,
            "Chat",
            spec=WorkloadSpec.synthetic(
                input_tokens=NormalDistribution(mean=550, stddev=150),
                output_tokens=NormalDistribution(mean=150),
                concurrency=10,
                request_count=1000,
                tokenizer="openai/gpt-oss-20b",
            ),
        )

        recommendation = AiRecommendationJob(
            self,
            "Recommendation",
            model=ModelSource.from_bucket(bucket, "gpt-oss-20b/"),
            workload_config=workload_config,
            objective=PerformanceObjective.THROUGHPUT,
            optimize_model=False,  # with optimization, a throughput objective needs a dataset
            instance_types=[GpuInstanceType.G6_24_XLARGE, GpuInstanceType.P5_48_XLARGE],
            output=JobOutput.to_bucket(bucket, "recommendations/"),
        )

        endpoint = DeployRecommendation(self, "Endpoint", recommendation=recommendation)

        CfnOutput(self, "EndpointName", value=endpoint.endpoint_name)
        CfnOutput(self, "InstanceType", value=endpoint.instance_type)
        CfnOutput(self, "RecommendationJob", value=recommendation.recommendation_job_name)
