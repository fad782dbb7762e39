/** All that a stack on GCP loads before it asks for anything: the program, its cloud's settings, and what it takes of Google's SDK. */
import "../../components/platform/gcp/withSdk";
import "../../components/settings/gcp";
export { default } from "../../index";
