import { main } from "@pulumi/pulumi/provider";
import { randomProvider } from "./random";

void main(randomProvider, process.argv.slice(2));
