using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Standalone;

return await ProgramRunner.RunAsync(
    new ProgramDescription("wazo-plugind: the plugin manager of a Wazo Platform in one process, with a broker or without.", StandaloneSetup.RunAsync)
    {
        CanStandAlone = true,
    },
    args);
