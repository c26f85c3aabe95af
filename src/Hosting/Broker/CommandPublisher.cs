using System.Globalization;
using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Broker;

/// <summary>
/// Sends what is asked for over HTTP to <see cref="Queues.Requests"/>, and waits for the broker's confirm. Who is told that a command was not
/// taken asks again: so one that the broker may have all the same is withdrawn. One channel serves all who send at the same time; when it is
/// gone, whoever sends next opens another one.
/// </summary>
public sealed class CommandPublisher : ICommandPublisher, IAsyncDisposable
{
    /// <summary>The type of the message that takes back the command before it: <c>{"uuid", "sending"}</c>.</summary>
    public const string Withdrawal = "Withdrawal";

    // A routing key that the requests' exchange, of type direct, has no queue for.
    private const string Nowhere = "nowhere";

    private static readonly TimeSpan LongestDeclaring = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenWithdrawals = TimeSpan.FromSeconds(1);

    private readonly BrokerConnection _connection;
    private readonly QueueTopology _topology;
    private readonly SharedChannel _channel;
    private readonly SingleFlight<bool> _declaring;
    private readonly SingleFlight<bool> _asking;
    private readonly string _expiration;
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Opens nothing yet.</summary>
    /// <param name="connection">The connection to the broker.</param>
    /// <param name="topology">Declares the queue.</param>
    /// <param name="bus">Says how long a command waits for a worker.</param>
    public CommandPublisher(BrokerConnection connection, QueueTopology topology, BusConfiguration bus)
    {
        (_connection, _topology) = (connection, topology);
        // In milliseconds (https://www.rabbitmq.com/docs/ttl#per-message-ttl-in-publishers).
        _expiration = TimeSpan.FromSeconds(bus.RequestTimeout).TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
        _declaring = new SingleFlight<bool>(DeclareAsync);
        _channel = new SharedChannel(connection, _declaring.JoinAsync);
        _asking = new SingleFlight<bool>(AskAsync);
    }

    /// <inheritdoc/>
    /// <exception cref="BrokerException">The broker takes nothing now; the command will not be carried out.</exception>
    public async Task PublishAsync(
        IOperationMessage command, OperationRequester requester, RequestIdempotency? idempotency, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(RequestBody.Write(command, requester, parent: null, idempotency));
        // The same one if it is sent twice: then it is taken once.
        var properties = Describe(command.GetType().Name, command.Uuid, requester.RequestId);
        properties.Expiration = _expiration;
        ConfirmingChannel? sentOn = null;
        while (true)
        {
            try
            {
                await _asking.JoinAsync(cancellationToken);
                var channel = await _channel.GetAsync(cancellationToken);
                sentOn = channel;
                await _connection.WaitAsync(channel.SendAsync(Queues.Requests, properties, body), cancellationToken);
                return;
            }
            catch (PublishException e) when (e.IsReturn)
            {
                // Someone has deleted the queue.
                await _declaring.JoinAsync(cancellationToken);
            }
            catch (Exception e) when (IsGone(e) && !cancellationToken.IsCancellationRequested)
            {
                // The channel, with its connection or with the exchange: the next one is opened, and what it needs is declared.
            }
            catch (Exception e)
            {
                // One that cancels an operation may do so later too: what was asked for is what happens.
                if (sentOn is not null && command is not CancelOperationCommand)
                    _ = WithdrawAsync(command.Uuid, idempotency?.Sending ?? command.Uuid, requester.RequestId, sentOn);
                throw _connection.Explain(e);
            }
        }
    }

    /// <summary>Requires that a command would be taken now.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="BrokerException">It would not.</exception>
    public async Task RequireTakingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _asking.JoinAsync(cancellationToken);
        }
        catch (Exception e) when (IsGone(e) && !cancellationToken.IsCancellationRequested)
        {
            // The connection was lost just before: only the next one tells.
            await _asking.JoinAsync(cancellationToken);
        }
        catch (Exception e)
        {
            throw _connection.Explain(e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _channel.DisposeAsync();
    }

    private static bool IsGone(Exception error) => error
        is OperationCanceledException or ObjectDisposedException
        or OperationInterruptedException { ShutdownReason.ReplyCode: not (Constants.AccessRefused or Constants.PreconditionFailed) };

    private static BasicProperties Describe(string type, Guid operation, string? requestId) => new()
    {
        Type = type,
        Headers = requestId is null
            ? new Dictionary<string, object?> { [CommandEndpoint.TypeHeader] = type }
            : new Dictionary<string, object?> { [CommandEndpoint.TypeHeader] = type, [Queues.RequestIdHeader] = requestId },
        ContentType = MediaTypeNames.Application.Json,
        DeliveryMode = DeliveryModes.Persistent,
        MessageId = Guid.NewGuid().ToString(),
        CorrelationId = operation.ToString(),
    };

    // On the channel of the command it is behind that in the queue. A broker that is away is told when it is back: it may have the command.
    private async Task WithdrawAsync(Guid operation, Guid sending, string? requestId, ConfirmingChannel sentOn)
    {
        var body = Encoding.UTF8.GetBytes(new JsonObject { ["uuid"] = operation.ToString(), ["sending"] = sending.ToString() }.ToJsonString());
        var channel = sentOn;
        while (true)
        {
            try
            {
                channel ??= await _channel.GetAsync(_ending.Token);
                await channel.SendAsync(Queues.Requests, Describe(Withdrawal, operation, requestId), body);
                return;
            }
            catch (PublishException)
            {
                // The queue is gone, and the command with it; or it takes nothing, and never took that.
                return;
            }
            catch (Exception)
            {
                channel = null;
                await Task.Delay(BetweenWithdrawals, _ending.Token);
            }
        }
    }

    // Whether the broker takes messages now, and lets us send: it is sent one that it has no queue for, and confirms all the same. While that
    // has no answer no other one is sent: all wait for the same.
    private async Task<bool> AskAsync()
    {
        var channel = await _channel.GetAsync(CancellationToken.None);
        await _connection.WaitAsync(channel.PublishAsync(Queues.Requests, Nowhere, new BasicProperties(), []), CancellationToken.None);
        return true;
    }

    private async Task<bool> DeclareAsync()
    {
        using var limit = new CancellationTokenSource(LongestDeclaring);
        await _topology.DeclareAsync(Queues.Requests, limit.Token);
        return true;
    }
}
