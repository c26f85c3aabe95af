using WazoPlugind.Api;
using WazoPlugind.Api.Status;
using WazoPlugind.Hosting;

return await ProgramRunner.RunAsync(
    "wazo-plugind-api: the HTTP front end of the plugin manager of a Wazo Platform.",
    roles: [],
    args,
    async options =>
    {
        var loaded = options.LoadConfiguration().WithTransport(BusSetup.RabbitMq);
        var configuration = loaded.Value;
        ProcessUser.BecomeConfigured(configuration);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.UsePlugindLog(configuration, loaded.UnknownKeys);
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSystemd();
        builder.Services.AddPlugindApi(loaded);
        builder.Services.AddPlugindSendingBus(configuration);
        await using var app = builder.Build();
        app.MapPlugindApi();
        // While the rest starts: what asks for the status of a new process would wait for the connection.
        _ = Task.Run(() => app.Services.GetRequiredService<BusStatus>().GetAsync(CancellationToken.None));
        await app.RunAsync();
    });
