package com.example;

import java.util.Objects;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;

public class ChatEndpointApp {
    public static void main(final String[] args) {
        App app = new App();

        StackProps props = StackProps.builder()
                .env(Environment.builder()
                        .account(System.getenv("CDK_DEFAULT_ACCOUNT"))
                        .region(System.getenv("CDK_DEFAULT_REGION"))
                        .build())
                .build();
        Object bucketName = app.getNode().tryGetContext("bucketName");
        new ChatEndpointStack(app, "ChatEndpoint", props, Objects.requireNonNullElse(bucketName, "my-models").toString());

        app.synth();
    }
}
