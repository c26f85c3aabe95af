using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using WazoPlugind.Harness;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Hosting.Tests.Broker;

[Trait("Category", "Acceptance")]
public sealed class CommandPublisherTests : BrokerTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly OperationRequester Requester = new("a-user", "a-tenant");

    [Fact]
    public async Task PublishAsync_sends_what_a_worker_reads_and_declares_what_takes_it()
    {
        var command = new UninstallPluginCommand { Uuid = Guid.NewGuid(), Namespace = "a", Name = "b" };
        await using var connection = Connect();
        await using var publisher = new CommandPublisher(connection, Topology, Bus);

        await publisher.PublishAsync(command, Requester, idempotency: null, CancellationToken.None);

        var message = await TakeAsync();
        var properties = message.BasicProperties;
        Assert.Equal(
            (nameof(UninstallPluginCommand), "application/json", DeliveryModes.Persistent, command.Uuid.ToString()),
            (properties.Type, properties.ContentType, properties.DeliveryMode, properties.CorrelationId));
        Assert.Equal(nameof(UninstallPluginCommand), Encoding.UTF8.GetString((byte[])properties.Headers![CommandEndpoint.TypeHeader]!));
        Assert.True(Guid.TryParse(properties.MessageId, out var id) && id != command.Uuid);
        var body = JsonNode.Parse(message.Body.Span)!;
        Assert.Equal(("a-user", "b"), (body["requester"]!["user_uuid"]!.GetValue<string>(), body["name"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("queue")]
    [InlineData("exchange")]
    [InlineData("queue and exchange")]
    public async Task What_someone_has_deleted_is_declared_again(string deleted)
    {
        await using var connection = Connect();
        await using var publisher = new CommandPublisher(connection, Topology, Bus);
        await PublishAsync(publisher);
        await using (var channel = await Connection.CreateChannelAsync())
        {
            if (deleted.Contains("queue", StringComparison.Ordinal))
                await channel.QueueDeleteAsync(Queues.Requests);
            if (deleted.Contains("exchange", StringComparison.Ordinal))
                await channel.ExchangeDeleteAsync(Queues.Requests);
        }

        var sent = await PublishAsync(publisher);

        Assert.Contains(sent, await TakeAllAsync());
    }

    [Fact]
    public async Task Many_at_once_over_two_publishers_arrive_each_once_also_after_a_queue_was_deleted()
    {
        await using var first = Connect();
        await using var second = Connect();
        await using var one = new CommandPublisher(first, Topology, Bus);
        await using var other = new CommandPublisher(second, Topology, Bus);
        await PublishAsync(one);
        await using (var channel = await Connection.CreateChannelAsync())
            await channel.QueueDeleteAsync(Queues.Requests);

        var sent = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => PublishAsync(i % 2 == 0 ? one : other)));

        Assert.Equal(sent.Order(), (await TakeAllAsync()).Order());
    }

    [Fact]
    public async Task Whoever_stops_waiting_leaves_the_others_unharmed()
    {
        await using var connection = Connect();
        await using var publisher = new CommandPublisher(connection, Topology, Bus);
        await PublishAsync(publisher);
        var impatient = Enumerable.Range(0, 200).Select(async i =>
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMicroseconds(i * 20));
            await PublishAsync(publisher, patience.Token);
        });

        var given = Task.WhenAll(impatient);
        var sent = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => PublishAsync(publisher)));
        await Task.WhenAny(given);

        // The confirms are still those of their messages.
        await using (var channel = await Connection.CreateChannelAsync())
            await channel.QueuePurgeAsync(Queues.Requests);
        var last = await PublishAsync(publisher);
        Assert.Equal(last, Assert.Single(await TakeAllAsync()));
        Assert.Equal(200, sent.Distinct().Count());
    }

    [Fact]
    public async Task A_broker_that_was_away_is_sent_to_again()
    {
        await using var proxied = new Proxied(this);
        var (proxy, publisher) = (proxied.Proxy, proxied.Publisher);
        await PublishAsync(publisher);

        proxy.Close();
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2)))
            await Assert.ThrowsAnyAsync<Exception>(() => PublishAsync(publisher, patience.Token));
        proxy.Open();

        var sent = await PublishAsync(publisher);
        Assert.Contains(sent, await TakeAllAsync());
    }

    // What was sent and not confirmed is sent again: a worker takes it once.
    [Fact]
    public async Task A_connection_that_is_cut_costs_nobody_their_request()
    {
        await using var proxied = new Proxied(this);
        var (proxy, publisher) = (proxied.Proxy, proxied.Publisher);
        await PublishAsync(publisher);

        var sending = Enumerable.Range(0, 300).Select(_ => PublishAsync(publisher)).ToList();
        proxy.Cut();
        var sent = await Task.WhenAll(sending);

        Assert.Empty(sent.Except(await TakeAllAsync()));
    }

    [Fact]
    public async Task A_broker_that_answers_nothing_gets_no_command_and_whoever_sends_is_told_in_time()
    {
        await using var proxied = new Proxied(this);
        var (proxy, publisher) = (proxied.Proxy, proxied.Publisher);
        var before = await PublishAsync(publisher);

        proxy.Freeze("");
        for (var times = 0; times < 3; times++)
            await AssertRefusedAsync(publisher);
        proxy.Thaw();

        var after = await PublishAsync(publisher);
        Assert.Equal([before, after], await TakeAllAsync());
    }

    [Fact]
    public async Task A_command_whose_confirm_does_not_come_is_withdrawn_behind_it()
    {
        await using var proxied = new Proxied(this);
        var (proxy, publisher) = (proxied.Proxy, proxied.Publisher);
        await PublishAsync(publisher);
        await TakeAllAsync();

        proxy.Freeze(nameof(UpdateAllPluginsCommand));
        await AssertRefusedAsync(publisher);
        proxy.Thaw();

        var command = await WaitForMessageAsync();
        var withdrawal = await WaitForMessageAsync();
        Assert.Equal((nameof(UpdateAllPluginsCommand), CommandPublisher.Withdrawal), (command.BasicProperties.Type, withdrawal.BasicProperties.Type));
        Assert.Equal(command.BasicProperties.CorrelationId, JsonNode.Parse(withdrawal.Body.Span)!["uuid"]!.GetValue<string>());
    }

    [Fact]
    public async Task It_is_withdrawn_too_when_the_broker_is_gone_meanwhile()
    {
        await using var proxied = new Proxied(this);
        var (proxy, publisher) = (proxied.Proxy, proxied.Publisher);
        await PublishAsync(publisher);
        await TakeAllAsync();

        proxy.Freeze(nameof(UpdateAllPluginsCommand));
        await AssertRefusedAsync(publisher);
        proxy.Close();
        proxy.Thaw();
        proxy.Open();

        var message = await WaitForMessageAsync();
        while (message.BasicProperties.Type != CommandPublisher.Withdrawal)
            message = await WaitForMessageAsync();
    }

    [Fact]
    public async Task A_command_that_no_worker_takes_in_its_time_becomes_a_dead_letter()
    {
        await Topology.DeclareAsync(Queues.DeadLetters, CancellationToken.None);
        await using var connection = Connect();
        await using var publisher = new CommandPublisher(connection, Topology, Bus with { RequestTimeout = 1 });

        var sent = await PublishAsync(publisher);

        var dead = await WaitForMessageAsync(Queues.DeadLetters);
        Assert.Equal(sent.ToString(), dead.BasicProperties.CorrelationId);
        Assert.Equal("expired", Encoding.UTF8.GetString((byte[])dead.BasicProperties.Headers!["x-first-death-reason"]!));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, BrokerException.Queue)]
    public async Task A_queue_that_someone_has_declared_otherwise_gets_nothing_unless_it_is_empty_and_replaced(int messages, string? reason)
    {
        await using var channel = await Connection.CreateChannelAsync();
        await DeclareAsBeforeAsync(channel, Queues.Requests);
        for (var message = 0; message < messages; message++)
            await SendAsync(Queues.Requests);
        await using var connection = Connect();
        await using var publisher = new CommandPublisher(connection, Topology, Bus);

        var error = await Record.ExceptionAsync(() => PublishAsync(publisher));

        Assert.Equal(reason, (error as BrokerException)?.Reason);
        Assert.Equal(1u, await channel.MessageCountAsync(Queues.Requests));
        if (reason is not null)
            Assert.Equal(reason, (await Assert.ThrowsAsync<BrokerException>(() => publisher.RequireTakingAsync(CancellationToken.None))).Reason);
    }

    [Fact]
    public async Task A_broker_that_does_not_listen_is_told_at_once()
    {
        await using var connection = new BrokerConnection(Bus with { Port = 1 }, "test");
        await using var publisher = new CommandPublisher(connection, Topology, Bus);

        var error = await Assert.ThrowsAsync<BrokerException>(() => PublishAsync(publisher));

        Assert.Equal(BrokerException.Unreachable, error.Reason);
    }

    private static async Task AssertRefusedAsync(CommandPublisher publisher)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var started = Stopwatch.GetTimestamp();
        var error = await Assert.ThrowsAsync<BrokerException>(() => PublishAsync(publisher, patience.Token));
        Assert.Equal(BrokerException.Silent, error.Reason);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private async Task<BasicGetResult> WaitForMessageAsync(string queue = Queues.Requests)
    {
        await using var channel = await Connection.CreateChannelAsync();
        return await Wait.ForAsync(() => channel.BasicGetAsync(queue, autoAck: true), () => "a message");
    }

    private BrokerConnection Connect() => new(Bus, "test");

    private static async Task<Guid> PublishAsync(CommandPublisher publisher, CancellationToken cancellationToken = default)
    {
        var command = new UpdateAllPluginsCommand { Uuid = Guid.NewGuid() };
        await publisher.PublishAsync(command, Requester, idempotency: null, cancellationToken).WaitAsync(Limit, CancellationToken.None);
        return command.Uuid;
    }

    private async Task<BasicGetResult> TakeAsync()
    {
        await using var channel = await Connection.CreateChannelAsync();
        return (await channel.BasicGetAsync(Queues.Requests, autoAck: true))!;
    }

    private async Task<List<Guid>> TakeAllAsync()
    {
        var uuids = new List<Guid>();
        await using var channel = await Connection.CreateChannelAsync();
        while (await channel.BasicGetAsync(Queues.Requests, autoAck: true) is { } message)
            uuids.Add(Guid.Parse(message.BasicProperties.CorrelationId!));
        return uuids;
    }

    /// <summary>A publisher whose way to the broker can be closed.</summary>
    private sealed class Proxied : IAsyncDisposable
    {
        private readonly BrokerConnection _connection;

        public Proxied(CommandPublisherTests test)
        {
            _connection = new BrokerConnection(test.Bus with { Port = Proxy.Port }, "test");
            Publisher = new CommandPublisher(_connection, test.Topology, test.Bus);
        }

        public BrokerProxy Proxy { get; } = BrokerProxy.Start();

        public CommandPublisher Publisher { get; }

        public async ValueTask DisposeAsync()
        {
            await Publisher.DisposeAsync();
            await _connection.DisposeAsync();
            await Proxy.DisposeAsync();
        }
    }
}
