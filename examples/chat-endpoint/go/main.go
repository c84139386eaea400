package main

import (
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	inference "github.com/cdk-sagemaker-inference/cdk-sagemaker-inference-go/cdksagemakerinference"
)

type ChatEndpointStackProps struct {
	awscdk.StackProps
	// Name of the bucket with the model under `gpt-oss-20b/`; the results go to the same bucket. In the Region of the stack.
	BucketName string
}

// NewChatEndpointStack makes a chat model in S3 an endpoint on the GPU instance that serves chat traffic best.
//
// The bucket is not of this stack on purpose: a job is found again by what it was made from, and a bucket that goes with the stack
// comes back under another name.
func NewChatEndpointStack(scope constructs.Construct, id string, props *ChatEndpointStackProps) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, &props.StackProps)
	bucket := awss3.Bucket_FromBucketName(stack, jsii.String("Bucket"), &props.BucketName)

	workloadConfig := inference.NewAiWorkloadConfig(stack, jsii.String("Chat"), &inference.AiWorkloadConfigProps{
		Spec: inference.WorkloadSpec_Synthetic(&inference.SyntheticWorkloadProps{
			InputTokens:  &inference.NormalDistribution{Mean: jsii.Number(550), Stddev: jsii.Number(150)},
			OutputTokens: &inference.NormalDistribution{Mean: jsii.Number(150)},
			Concurrency:  jsii.Number(10),
			RequestCount: jsii.Number(1000),
			Tokenizer:    jsii.String("openai/gpt-oss-20b"),
		}),
	})

	recommendation := inference.NewAiRecommendationJob(stack, jsii.String("Recommendation"), &inference.AiRecommendationJobProps{
		Model:          inference.ModelSource_FromBucket(bucket, jsii.String("gpt-oss-20b/")),
		WorkloadConfig: workloadConfig,
		Objective:      inference.PerformanceObjective_THROUGHPUT,
		OptimizeModel:  jsii.Bool(false), // with optimization, a throughput objective needs a dataset
		InstanceTypes: &[]inference.GpuInstanceType{
			inference.GpuInstanceType_G6_24XLARGE(),
			inference.GpuInstanceType_P5_48XLARGE(),
		},
		Output: inference.JobOutput_ToBucket(bucket, jsii.String("recommendations/")),
	})

	endpoint := inference.NewDeployRecommendation(stack, jsii.String("Endpoint"), &inference.DeployRecommendationProps{
		Recommendation: recommendation,
	})

	awscdk.NewCfnOutput(stack, jsii.String("EndpointName"), &awscdk.CfnOutputProps{Value: endpoint.EndpointName()})
	awscdk.NewCfnOutput(stack, jsii.String("InstanceType"), &awscdk.CfnOutputProps{Value: endpoint.InstanceType()})
	awscdk.NewCfnOutput(stack, jsii.String("RecommendationJob"), &awscdk.CfnOutputProps{Value: recommendation.RecommendationJobName()})
	return stack
}

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)

	bucketName, given := app.Node().TryGetContext(jsii.String("bucketName")).(string)
	if !given {
		bucketName = "my-models"
	}
	NewChatEndpointStack(app, "ChatEndpoint", &ChatEndpointStackProps{
		StackProps: awscdk.StackProps{
			Env: &awscdk.Environment{
				Account: jsii.String(os.Getenv("CDK_DEFAULT_ACCOUNT")),
				Region:  jsii.String(os.Getenv("CDK_DEFAULT_REGION")),
			},
		},
		BucketName: bucketName,
	})

	app.Synth(nil)
}
