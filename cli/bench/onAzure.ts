/** All that a stack on Azure loads before it asks for anything: the program, its cloud's settings, and what it takes of Azure's SDK. */
import "../../components/platform/azure/withSdk";
import "../../components/settings/azure";
export { default } from "../../index";
