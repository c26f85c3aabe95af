using WazoPlugind.Api;
using WazoPlugind.Hosting;
using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Hosting.Log;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker;

return await ProgramRunner.RunAsync(
    "wazo-plugind: the plugin manager of a Wazo Platform in one process, without a broker.",
    roles: [],
    args,
    async options =>
    {
        var loaded = options.LoadConfiguration(actsAsRoot: true).WithTransport(BusConfiguration.InMemory);
        var configuration = loaded.Value;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.UsePlugindLog(configuration, loaded.Warnings);
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSystemd();
        builder.Services.AddPlugindApi(loaded);
        builder.Services.AddPlugindWorker(configuration, WorkerRoles.All);
        var app = builder.Build();
        app.MapPlugindApi();
        await app.RunUntilStoppedAsync();
    });
