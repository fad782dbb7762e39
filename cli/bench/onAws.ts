/** All that a stack on AWS loads before it asks for anything: the program, and what it takes of AWS' SDK. */
import "../../components/platform/aws/withSdk";
export { default } from "../../index";
