import * as pulumi from "@pulumi/pulumi";

/** The smallest Pulumi program: what start-up is compared with. */
export = () => ({ stack: pulumi.getStack() });
