using Microsoft.Extensions.Hosting;
using WazoPlugind.Hosting;
using WazoPlugind.Worker;

return await ProgramRunner.RunAsync(
    "wazo-plugind-worker: builds, installs and removes the plugins of a Wazo Platform.",
    WorkerRoles.All,
    args,
    async options =>
    {
        var loaded = options.LoadConfiguration().WithTransport(BusSetup.RabbitMq);
        var configuration = loaded.Value;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.UsePlugindLog(configuration, loaded.UnknownKeys);
        builder.Services.AddSystemd();
        builder.Services.AddPlugindWorker(configuration, options.Roles.Count > 0 ? options.Roles : WorkerRoles.All);
        using var host = builder.Build();
        await host.RunAsync();
    });
