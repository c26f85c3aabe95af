using WazoPlugind.Api;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Status;
using WazoPlugind.Hosting;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Hosting.Log;

// Beside the reading of the command line and the configuration.
var beginning = Task.Run(() => WebApplication.CreateEmptyBuilder(new WebApplicationOptions()));

return await ProgramRunner.RunAsync(
    "wazo-plugind-api: the HTTP front end of the plugin manager of a Wazo Platform.",
    roles: [],
    args,
    async options =>
    {
        var loaded = options.LoadConfiguration(actsAsRoot: false).WithTransport(BusSetup.RabbitMq);
        var configuration = loaded.Value;
        ProcessUser.BecomeConfigured(configuration);
        var bus = new BusStatus(configuration);
        // While the rest starts: what asks for the status of a new process would wait for the connection.
        _ = Task.Run(() => bus.GetAsync(CancellationToken.None));
        var builder = await beginning;
        builder.Logging.UsePlugindLog(configuration, loaded.Warnings);
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSystemd();
        builder.Services.AddSingleton(_ => bus);
        builder.Services.AddPlugindApi(loaded);
        builder.Services.AddPlugindSendingBus();
        var app = builder.Build();
        await app.Services.GetRequiredService<MasterTenant>().StartAsync(CancellationToken.None);
        app.MapPlugindApi();
        await app.RunUntilStoppedAsync();
    });
