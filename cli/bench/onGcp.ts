/** All that a stack on GCP loads before it asks for anything: the program, and what it takes of Google's SDK. */
import "../../components/platform/gcp/withSdk";
export { default } from "../../index";
