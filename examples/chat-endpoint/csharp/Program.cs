using Amazon.CDK;

namespace ChatEndpoint
{
    internal static class Program
    {
        public static void Main()
        {
            var app = new App();

            new ChatEndpointStack(app, "ChatEndpoint", new ChatEndpointStackProps
            {
                Env = new Amazon.CDK.Environment
                {
                    Account = System.Environment.GetEnvironmentVariable("CDK_DEFAULT_ACCOUNT"),
                    Region = System.Environment.GetEnvironmentVariable("CDK_DEFAULT_REGION"),
                },
                BucketName = (string?)app.Node.TryGetContext("bucketName") ?? "my-models",
            });

            app.Synth();
        }
    }
}
