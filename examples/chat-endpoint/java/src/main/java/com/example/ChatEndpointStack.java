package com.example;

import io.github.cdksagemakerinference.AiRecommendationJob;
import io.github.cdksagemakerinference.AiWorkloadConfig;
import io.github.cdksagemakerinference.DeployRecommendation;
import io.github.cdksagemakerinference.GpuInstanceType;
import io.github.cdksagemakerinference.JobOutput;
import io.github.cdksagemakerinference.ModelSource;
import io.github.cdksagemakerinference.NormalDistribution;
import io.github.cdksagemakerinference.PerformanceObjective;
import io.github.cdksagemakerinference.SyntheticWorkloadProps;
import io.github.cdksagemakerinference.WorkloadSpec;
import java.util.List;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/**
 * A chat model in S3 becomes an endpoint on the GPU instance that serves chat traffic best.
 * <p>
 * The bucket is not of this stack on purpose: a job is found again by what it was made from, and a bucket that goes with the stack
 * comes back under another name.
 */
public class ChatEndpointStack extends Stack {
    /**
     * @param bucketName name of the bucket with the model under <code>gpt-oss-20b/</code>; the results go to the same bucket.
     *                   In the Region of the stack.
     */
    public ChatEndpointStack(final Construct scope, final String id, final StackProps props, final String bucketName) {
        super(scope, id, props);
        IBucket bucket = Bucket.fromBucketName(this, "Bucket", bucketName);

        AiWorkloadConfig workloadConfig = AiWorkloadConfig.Builder.create(this, "Chat")
                .spec(WorkloadSpec.synthetic(SyntheticWorkloadProps.builder()
                        .inputTokens(NormalDistribution.builder().mean(550).stddev(150).build())
                        .outputTokens(NormalDistribution.builder().mean(150).build())
                        .concurrency(10)
                        .requestCount(1000)
                        .tokenizer("openai/gpt-oss-20b")
                        .build()))
                .build();

        AiRecommendationJob recommendation = AiRecommendationJob.Builder.create(this, "Recommendation")
                .model(ModelSource.fromBucket(bucket, "gpt-oss-20b/"))
                .workloadConfig(workloadConfig)
                .objective(PerformanceObjective.THROUGHPUT)
                .optimizeModel(false) // with optimization, a throughput objective needs a dataset
                .instanceTypes(List.of(GpuInstanceType.G6_24_XLARGE, GpuInstanceType.P5_48_XLARGE))
                .output(JobOutput.toBucket(bucket, "recommendations/"))
                .build();

        DeployRecommendation endpoint = DeployRecommendation.Builder.create(this, "Endpoint")
                .recommendation(recommendation)
                .build();

        CfnOutput.Builder.create(this, "EndpointName").value(endpoint.getEndpointName()).build();
        CfnOutput.Builder.create(this, "InstanceType").value(endpoint.getInstanceType()).build();
        CfnOutput.Builder.create(this, "RecommendationJob").value(recommendation.getRecommendationJobName()).build();
    }
}
