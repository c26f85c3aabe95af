using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Worker;
using WazoPlugind.Worker.Preparation;

return await ProgramRunner.RunAsync(
    new ProgramDescription("wazo-plugind-worker: builds, installs and removes the plugins of a Wazo Platform.", WorkerSetup.RunAsync)
    {
        Roles = WorkerRoles.All,
        SetUp = MachineSetup.RunAsync,
    },
    args);
