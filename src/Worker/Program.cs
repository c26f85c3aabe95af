using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Worker;

return await ProgramRunner.RunAsync(
    "wazo-plugind-worker: builds, installs and removes the plugins of a Wazo Platform.", WorkerRoles.All, args, WorkerSetup.RunAsync);
