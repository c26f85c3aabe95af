using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WazoPlugind.Hosting;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Hosting.Log;
using WazoPlugind.Worker;

// Beside the reading of the command line and the configuration, which takes as long.
var beginning = Task.Run(() =>
{
    var builder = Host.CreateEmptyApplicationBuilder(null);
    builder.Services.AddPlugindWorkerBus(BusSetup.RabbitMq);
    return builder;
});

return await ProgramRunner.RunAsync(
    "wazo-plugind-worker: builds, installs and removes the plugins of a Wazo Platform.",
    WorkerRoles.All,
    args,
    async options =>
    {
        var loaded = options.LoadConfiguration(actsAsRoot: true).WithTransport(BusSetup.RabbitMq);
        var configuration = loaded.Value;
        var builder = await beginning;
        builder.Logging.UsePlugindLog(configuration, loaded.Warnings);
        builder.Services.AddSystemd();
        builder.Services.AddPlugindWorker(configuration, options.Roles.Count > 0 ? options.Roles : WorkerRoles.All);
        var host = builder.Build();
        // The host waits for it, and is told what goes wrong.
        _ = host.Services.GetRequiredService<WorkerPreparation>().StartAsync(CancellationToken.None);
        await host.RunUntilStoppedAsync();
    });
