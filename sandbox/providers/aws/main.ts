import { AccountFolder } from "./account";
import { AwsProvider } from "./provider";
import { serve } from "./server";

/** `main.ts ACCOUNT-FOLDER [ENGINE-ADDRESS]`, as the start script and the engine call it. */
void serve(new AwsProvider(new AccountFolder(process.argv[2] ?? "")));
