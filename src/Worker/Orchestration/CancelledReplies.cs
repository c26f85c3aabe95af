using System.Collections.Concurrent;
using System.Text;
using MassTransit;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using WazoPlugind.Hosting.Broker;

namespace WazoPlugind.Worker.Orchestration;

/// <summary>
/// Tells workers on other machines, which have no database, of operations that are cancelled: as an answer to what they report. What is not told in
/// this moment is told with the next round of <see cref="Steps.Reports.StepsHeld"/>.
/// </summary>
/// <param name="connection">The connection to the broker.</param>
/// <param name="time">The clock of the addresses.</param>
/// <param name="logger">Is told what cannot be told.</param>
internal sealed partial class CancelledReplies(BrokerConnection connection, TimeProvider time, ILogger<CancelledReplies> logger) : IAsyncDisposable
{
    // A worker that works on anything is heard more often.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, long> _workers = new();
    private readonly SharedChannel _channel = new(connection, _ => Task.CompletedTask);

    /// <summary>A worker has reported.</summary>
    /// <param name="context">The report.</param>
    /// <returns>Its address; <c>null</c> where it wants no answers.</returns>
    public string? Note(ConsumeContext context)
    {
        if (context.ReceiveContext.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery) && delivery.Properties.ReplyTo is { Length: > 0 } worker)
        {
            _workers[worker] = time.GetTimestamp();
            return worker;
        }

        return null;
    }

    /// <summary>Tells all workers that were heard of lately.</summary>
    /// <param name="operations">The operations that are cancelled.</param>
    public async Task TellAsync(IReadOnlyCollection<Guid> operations)
    {
        foreach (var (worker, heard) in _workers)
        {
            if (time.GetElapsedTime(heard) > Silence)
                _workers.TryRemove(worker, out _);
            else
                await TellAsync(worker, operations);
        }
    }

    /// <summary>Tells a worker. One that is gone needs not to know.</summary>
    /// <param name="worker">Its address.</param>
    /// <param name="operations">The operations that are cancelled.</param>
    public async Task TellAsync(string worker, IReadOnlyCollection<Guid> operations)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        try
        {
            foreach (var operation in operations)
            {
                var channel = await _channel.GetAsync(limit.Token);
                await connection.WaitAsync(
                    channel.PublishAsync(exchange: "", worker, new BasicProperties(), Encoding.ASCII.GetBytes(operation.ToString())), limit.Token);
            }
        }
        catch (Exception e)
        {
            LogNotTold(connection.Explain(e).Message);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    [LoggerMessage(LogLevel.Warning, "A worker on another machine cannot be told that an operation is cancelled, and works on: {Reason}")]
    private partial void LogNotTold(string reason);
}
