using System.Net.Mime;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform.Confd;

namespace WazoPlugind.Hosting.Broker;

/// <summary>
/// Sends what is asked for over HTTP to <see cref="Queues.Requests"/>, and waits for the broker's confirm. One channel serves all who
/// send at the same time; when it is gone, whoever sends next opens another one.
/// </summary>
public sealed class CommandPublisher : ICommandPublisher, IAsyncDisposable
{
    // A broker that confirms nothing any more (its disk is full) does not get more of what its senders have given up.
    private const int LargestUnconfirmed = 256;

    // All who send wait for it, each with a limit of their own.
    private static readonly TimeSpan LongestDeclaring = TimeSpan.FromSeconds(10);

    private readonly QueueTopology _topology;
    private readonly SharedChannel _channel;
    private readonly SingleFlight<bool> _declaring;
    private readonly SemaphoreSlim _places = new(LargestUnconfirmed);

    /// <summary>Opens nothing yet.</summary>
    /// <param name="connection">The connection to the broker.</param>
    /// <param name="topology">Declares the queue.</param>
    public CommandPublisher(BrokerConnection connection, QueueTopology topology)
    {
        _topology = topology;
        _declaring = new SingleFlight<bool>(DeclareAsync);
        _channel = new SharedChannel(connection, Queues.Requests, _declaring.JoinAsync);
    }

    /// <inheritdoc/>
    /// <exception cref="PublishException">The broker has not taken it.</exception>
    /// <exception cref="QueueInUseException">The queue was declared with other arguments, and cannot be replaced.</exception>
    public async Task PublishAsync(IOperationMessage command, OperationRequester requester, CancellationToken cancellationToken)
    {
        var type = command.GetType().Name;
        var body = Encoding.UTF8.GetBytes(RequestBody.Write(command, requester, parent: null));
        // The same one if it is sent twice: then it is taken once.
        var id = Guid.NewGuid().ToString();
        try
        {
            await SendAsync();
        }
        catch (PublishException e) when (e.IsReturn)
        {
            // Someone has deleted the queue.
            await _declaring.JoinAsync(cancellationToken);
            await SendAsync();
        }
        // The connection is gone, or the exchange, which whoever opens the channel declares; someone else may have done so.
        catch (Exception e) when (
            e is OperationInterruptedException or ObjectDisposedException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            await SendAsync();
        }

        Task SendAsync() => this.SendAsync(Describe(command, type, id), body, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        _places.Dispose();
    }

    private static BasicProperties Describe(IOperationMessage command, string type, string id) => new()
    {
        Type = type,
        Headers = new Dictionary<string, object?> { [CommandEndpoint.TypeHeader] = type },
        ContentType = MediaTypeNames.Application.Json,
        DeliveryMode = DeliveryModes.Persistent,
        MessageId = id,
        CorrelationId = command.Uuid.ToString(),
    };

    // Whoever stops waiting leaves the sending alone.
    private async Task SendAsync(BasicProperties properties, byte[] body, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        var sending = SendToEndAsync(properties, body);
        // Where nobody waits any more, a failure is nobody's.
        _ = sending.ContinueWith(
            static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        await sending.WaitAsync(cancellationToken);

        async Task SendToEndAsync(BasicProperties properties, byte[] body)
        {
            try
            {
                var channel = await _channel.GetAsync(cancellationToken);
                await channel.SendAsync(Queues.Requests, properties, body);
            }
            finally
            {
                _places.Release();
            }
        }
    }

    private async Task<bool> DeclareAsync()
    {
        using var limit = new CancellationTokenSource(LongestDeclaring);
        await _topology.DeclareAsync(Queues.Requests, limit.Token);
        return true;
    }
}
