module chat-endpoint

go 1.25

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.257.0
	github.com/aws/constructs-go/constructs/v10 v10.5.1
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/cdk-sagemaker-inference/cdk-sagemaker-inference-go/cdksagemakerinference latest // `go mod tidy` writes its version here
)
