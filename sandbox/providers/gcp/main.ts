import { serve } from "../cloud/server";
import { gcp } from "./simulation";

/** `main.ts ACCOUNT-FOLDER [ENGINE-ADDRESS]`, as the start script and the engine call it. */
void serve(gcp, process.argv[2]);
