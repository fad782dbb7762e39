/** All that a stack on AWS loads before it asks for anything: the program, its cloud's settings, and what it takes of AWS' SDK. */
import "../../components/platform/aws/withSdk";
import "../../components/settings/aws";
export { default } from "../../index";
