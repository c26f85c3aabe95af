using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WazoPlugind.Hosting;
using WazoPlugind.Worker;

return await ProgramRunner.RunAsync(
    "wazo-plugind-worker: builds, installs and removes the plugins of a Wazo Platform.",
    WorkerRoles.All,
    args,
    async options =>
    {
        // Beside the reading of the configuration, which takes as long.
        var beginning = Task.Run(() =>
        {
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Services.AddPlugindWorkerBus(BusSetup.RabbitMq);
            return builder;
        });
        var loaded = options.LoadConfiguration().WithTransport(BusSetup.RabbitMq);
        var configuration = loaded.Value;
        var builder = await beginning;
        builder.Logging.UsePlugindLog(configuration, loaded.UnknownKeys);
        builder.Services.AddSystemd();
        builder.Services.AddPlugindWorker(configuration, options.Roles.Count > 0 ? options.Roles : WorkerRoles.All);
        using var host = builder.Build();
        host.Services.GetRequiredService<WorkerPreparation>().Begin();
        await host.RunAsync();
    });
