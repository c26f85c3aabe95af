using System.Text.Json;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Worker.Events;

/// <summary>Writes events as JSON lines, where there is no broker.</summary>
/// <param name="configuration">Says where to.</param>
internal sealed class JsonLinesEventPublisher(PlugindConfiguration configuration) : IWazoEventPublisher, IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    /// <inheritdoc/>
    public async Task PublishAsync(Guid id, WazoEvent wazoEvent, CancellationToken cancellationToken)
    {
        var line = JsonSerializer.Serialize(wazoEvent.ToJson()) + "\n";
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (configuration.Bus.EventsFile == "-")
            {
                await Console.Out.WriteAsync(line.AsMemory(), cancellationToken);
                await Console.Out.FlushAsync(cancellationToken);
            }
            else
            {
                await File.AppendAllTextAsync(configuration.Bus.EventsFile, line, cancellationToken);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();
}
