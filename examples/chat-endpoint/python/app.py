#!/usr/bin/env python3
import os

from aws_cdk import App, Environment

from chat_endpoint_stack import ChatEndpointStack

app = App()

ChatEndpointStack(
    app,
    "ChatEndpoint",
    env=Environment(account=os.getenv("CDK_DEFAULT_ACCOUNT"), region=os.getenv("CDK_DEFAULT_REGION")),
    bucket_name=app.node.try_get_context("bucketName") or "my-models",
)

app.synth()
