using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using WazoPlugind.Harness;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Bus;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Tests.Steps;

/// <summary>Steps whose broker goes away, or loses their queue.</summary>
[Trait("Category", "Acceptance")]
public sealed class StepsOnABrokerTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TestCommand _command = new(Guid.NewGuid());
    private readonly Guid _message = Guid.NewGuid();
    private readonly TaskCompletionSource _begun = new();
    private readonly TaskCompletionSource _end = new();
    private readonly BrokerProxy _proxy = BrokerProxy.Start();
    private VirtualHost _vhost = null!;
    private IHost _host = null!;
    private IConnection _broker = null!;
    private IChannel _channel = null!;
    private int _runs;

    public async Task InitializeAsync()
    {
        _vhost = await VirtualHost.CreateAsync();
        _broker = await _vhost.ConnectAsync();
        _channel = await _broker.CreateChannelAsync();
        _host = CreateWorker();
        await _host.StartAsync();
        await _host.Services.GetRequiredService<QueueTopology>().DeclareAsync(Queues.Operations, default);
    }

    public async Task DisposeAsync()
    {
        _end.TrySetResult();
        await _host.StopAsync();
        _host.Dispose();
        await _proxy.DisposeAsync();
        await _broker.DisposeAsync();
        await _vhost.DisposeAsync();
    }

    [Fact]
    public async Task A_step_whose_connection_is_cut_goes_on_and_is_reported_once_without_running_again()
    {
        await SendAsync();
        await _begun.Task.WaitAsync(Limit);
        Assert.Equal("StepBegan", (await ReceiveAsync()).Type);

        _proxy.Cut();
        _end.SetResult();

        await AssertCompletedAsync();
        await AssertAnsweredAsync();
    }

    [Fact]
    public async Task A_step_that_ends_while_the_broker_is_away_is_reported_when_it_is_back()
    {
        await SendAsync();
        await _begun.Task.WaitAsync(Limit);
        await ReceiveAsync();

        _proxy.Close();
        _end.SetResult();
        await Task.Delay(TimeSpan.FromSeconds(7));
        Assert.Null(await _channel.BasicGetAsync(Queues.Operations, autoAck: true));
        _proxy.Open();

        await AssertCompletedAsync();
        await AssertAnsweredAsync();
    }

    [Fact]
    public async Task A_step_whose_queue_is_deleted_goes_on_and_is_reported()
    {
        await SendAsync();
        await _begun.Task.WaitAsync(Limit);
        await ReceiveAsync();

        await _channel.QueueDeleteAsync(StepMachine.Step.Queue.Name);
        await Task.Delay(TimeSpan.FromSeconds(1));
        _end.SetResult();

        await AssertCompletedAsync();
    }

    [Fact]
    public async Task A_report_whose_queue_is_gone_declares_it()
    {
        await SendAsync();
        await _begun.Task.WaitAsync(Limit);

        await _channel.QueueDeleteAsync(Queues.Operations);
        _end.SetResult();

        await Wait.UntilAsync(() => HasQueueAsync(Queues.Operations), "the queue of the reports");
        await AssertCompletedAsync();
    }

    [Fact]
    public async Task A_worker_that_stops_puts_its_step_off_once_and_nothing_stays_in_its_queue()
    {
        await SendAsync();
        await _begun.Task.WaitAsync(Limit);
        await ReceiveAsync();

        _host.Services.GetRequiredService<StepMachine>().Lifetime.StopApplication();
        await _host.StopAsync();

        var report = await ReceiveAsync();
        Assert.Equal(("StepPostponed", MessageIds.ReportOf(_message)), (report.Type, report.Id));
        Assert.Null(await _channel.BasicGetAsync(Queues.Operations, autoAck: true));
        await AssertAnsweredAsync();
    }

    [Fact]
    public async Task A_login_that_the_broker_refuses_is_tried_until_it_is_let_in_and_that_is_said_once()
    {
        var user = $"late-{Guid.NewGuid():N}";
        await VirtualHost.ControlAsync("add_user", user, "another");
        try
        {
            await VirtualHost.ControlAsync("set_permissions", "-p", _vhost.Name, user, ".*", ".*", ".*");
            var log = new LogLines<BusEndpoints>();
            using var late = CreateWorker(user, log);
            await late.StartAsync();
            await Wait.UntilAsync(() => Task.FromResult(log.Lines.Count > 0), "the refusal");

            await VirtualHost.ControlAsync("change_password", user, "guest");

            await Wait.UntilAsync(
                async () => (await VirtualHost.ControlAsync("list_queues", "-p", _vhost.Name, "name", "consumers")).Contains($"{StepMachine.Step.Queue.Name}\t2"),
                "the second consumer");
            await late.StopAsync();
            Assert.Contains($"refuses the login of '{user}'", log.Lines[0]);
            Assert.Equal(["The broker lets us in again"], log.Lines.Skip(1));
        }
        finally
        {
            await VirtualHost.ControlAsync("delete_user", user);
        }
    }

    private IHost CreateWorker(string user = "guest", ILogger<BusEndpoints>? log = null)
    {
        var configuration = new PlugindConfiguration
        {
            Bus = new BusConfiguration { Host = "127.0.0.1", Port = _proxy.Port, Vhost = _vhost.Name, Username = user, Transport = BusConfiguration.RabbitMq },
        };
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var services = builder.Services;
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        if (log is not null)
            services.AddSingleton(log);
        services.AddSingleton(configuration);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new QueueTopology(configuration.Bus, TimeProvider.System, NullLogger<QueueTopology>.Instance));
        services.AddSingleton(new BrokerConnection(configuration.Bus, "test"));
        services.AddSingleton<WorkQueues>();
        services.AddSingleton<HeldSteps>();
        services.AddSingleton(provider =>
            new StepMachine(sender: ActivatorUtilities.CreateInstance<BusReportSender>(provider), time: TimeProvider.System));
        services.AddSingleton(provider => provider.GetRequiredService<StepMachine>().Execution);
        services.AddSingleton(new TestStep(RunAsync));
        services.AddPlugindBus(configuration.Bus, bus => StepMachine.Step.AddTo(bus));
        services.AddSingleton<IHostedService>(provider =>
            ActivatorUtilities.CreateInstance<BusEndpoints>(provider, StepEndpoints.Of(configuration, [StepMachine.Step])));
        return builder.Build();
    }

    private async Task<StepResult<TestResult>> RunAsync(TestCommand command, StepRun run)
    {
        Interlocked.Increment(ref _runs);
        run.Begin("building");
        _begun.TrySetResult();
        await _end.Task.WaitAsync(run.Cancellation);
        return new TestResult("done");
    }

    private async Task SendAsync()
    {
        await _host.Services.GetRequiredService<WorkQueues>().SendAsync(StepMachine.Step.Queue.Name, _command, _message, default);
    }

    private async Task AssertCompletedAsync()
    {
        var report = await ReceiveAsync();
        // A beginning whose confirm was lost comes twice.
        while (report.Type == "StepBegan")
            report = await ReceiveAsync();
        Assert.StartsWith("StepCompleted", report.Type);
        Assert.Equal((MessageIds.ReportOf(_message), _command.Uuid), (report.Id, report.Operation));
        Assert.Equal(1, _runs);
    }

    // What came again is answered again.
    private async Task AssertAnsweredAsync()
    {
        await Wait.UntilAsync(
            async () => (await VirtualHost.ControlAsync("list_queues", "-p", _vhost.Name, "name", "messages")).Contains($"{StepMachine.Step.Queue.Name}\t0"), "an empty queue");
        Assert.Equal(1, _runs);
    }

    private async Task<bool> HasQueueAsync(string queue) => (await VirtualHost.ControlAsync("list_queues", "-p", _vhost.Name, "name")).Split('\n').Contains(queue);

    private async Task<(string Type, Guid? Id, Guid? Operation)> ReceiveAsync()
    {
        var message = await Wait.ForAsync(async () => await _channel.BasicGetAsync(Queues.Operations, autoAck: true), () => "a report");
        var envelope = JsonNode.Parse(Encoding.UTF8.GetString(message.Body.Span))!;
        var type = envelope["messageType"]![0]!.GetValue<string>();
        return (type[(type.LastIndexOf("Reports:", StringComparison.Ordinal) + "Reports:".Length)..],
            Guid.Parse(envelope["messageId"]!.GetValue<string>()),
            Guid.Parse(envelope["correlationId"]!.GetValue<string>()));
    }
}
