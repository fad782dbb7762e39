import { serve } from "../cloud/server";
import { aws } from "./simulation";

/** `main.ts ACCOUNT-FOLDER [ENGINE-ADDRESS]`, as the start script and the engine call it. */
void serve(aws, process.argv[2]);
