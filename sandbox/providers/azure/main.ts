import { serve } from "../cloud/server";
import { azure } from "./simulation";

/** `main.ts ACCOUNT-FOLDER [ENGINE-ADDRESS]`, as the start script and the engine call it. */
void serve(azure, process.argv[2]);
