using WazoPlugind.Api;
using WazoPlugind.Hosting.CommandLine;

// Beside the reading of the command line and the configuration.
var beginning = Task.Run(() => WebApplication.CreateEmptyBuilder(new WebApplicationOptions()));

return await ProgramRunner.RunAsync(
    new ProgramDescription(
        "wazo-plugind-api: the HTTP front end of the plugin manager of a Wazo Platform.", options => ApiSetup.RunAsync(options, beginning)),
    args);
