/** All that a stack on Azure loads before it asks for anything: the program, and what it takes of Azure's SDK. */
import "../../components/platform/azure/withSdk";
export { default } from "../../index";
