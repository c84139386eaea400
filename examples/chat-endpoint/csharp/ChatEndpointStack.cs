using Amazon.CDK;
using Amazon.CDK.AWS.S3;
using CdkSageMakerInference;
using Constructs;

namespace ChatEndpoint
{
    public class ChatEndpointStackProps : StackProps
    {
        /// <summary>
        /// Name of the bucket with the model under <c>gpt-oss-20b/</c>; the results go to the same bucket. In the Region of the stack.
        /// </summary>
        public string BucketName { get; set; } = "";
    }

    /// <summary>
    /// A chat model in S3 becomes an endpoint on the GPU instance that serves chat traffic best.
    /// </summary>
    /// <remarks>
    /// The bucket is not of this stack on purpose: a job is found again by what it was made from, and a bucket that goes with the stack
    /// comes back under another name.
    /// </remarks>
    public class ChatEndpointStack : Stack
    {
        public ChatEndpointStack(Construct scope, string id, ChatEndpointStackProps props) : base(scope, id, props)
        {
            var bucket = Bucket.FromBucketName(this, "Bucket", props.BucketName);

            var workloadConfig = new AiWorkloadConfig(this, "Chat", new AiWorkloadConfigProps
            {
                Spec = WorkloadSpec.Synthetic(new SyntheticWorkloadProps
                {
                    InputTokens = new NormalDistribution { Mean = 550, Stddev = 150 },
                    OutputTokens = new NormalDistribution { Mean = 150 },
                    Concurrency = 10,
                    RequestCount = 1000,
                    Tokenizer = "openai/gpt-oss-20b",
                }),
            });

            var recommendation = new AiRecommendationJob(this, "Recommendation", new AiRecommendationJobProps
            {
                Model = ModelSource.FromBucket(bucket, "gpt-oss-20b/"),
                WorkloadConfig = workloadConfig,
                Objective = PerformanceObjective.THROUGHPUT,
                OptimizeModel = false, // with optimization, a throughput objective needs a dataset
                InstanceTypes = new[] { GpuInstanceType.G6_24XLARGE, GpuInstanceType.P5_48XLARGE },
                Output = JobOutput.ToBucket(bucket, "recommendations/"),
            });

            var endpoint = new DeployRecommendation(this, "Endpoint", new DeployRecommendationProps
            {
                Recommendation = recommendation,
            });

            new CfnOutput(this, "EndpointName", new CfnOutputProps { Value = endpoint.EndpointName });
            new CfnOutput(this, "InstanceType", new CfnOutputProps { Value = endpoint.InstanceType });
            new CfnOutput(this, "RecommendationJob", new CfnOutputProps { Value = recommendation.RecommendationJobName });
        }
    }
}
