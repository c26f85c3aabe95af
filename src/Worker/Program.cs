using Microsoft.Extensions.Hosting;
using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker;

// Beside the reading of the command line and the configuration, which takes as long.
var beginning = Task.Run(() =>
{
    var builder = Host.CreateEmptyApplicationBuilder(null);
    builder.Services.AddPlugindWorkerBus(BusConfiguration.RabbitMq);
    return builder;
});

return await ProgramRunner.RunAsync(
    "wazo-plugind-worker: builds, installs and removes the plugins of a Wazo Platform.",
    WorkerRoles.All,
    args,
    options => WorkerSetup.RunAsync(options, beginning));
