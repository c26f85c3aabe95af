using WazoPlugind.Api;
using WazoPlugind.Hosting.CommandLine;

// Beside the reading of the command line and the configuration.
var beginning = Task.Run(() => WebApplication.CreateEmptyBuilder(new WebApplicationOptions()));

return await ProgramRunner.RunAsync(
    "wazo-plugind-api: the HTTP front end of the plugin manager of a Wazo Platform.",
    roles: [],
    args,
    options => ApiSetup.RunAsync(options, beginning));
