using Microsoft.Extensions.Logging;

namespace WazoPlugind.Harness;

/// <summary>Keeps what is logged.</summary>
/// <typeparam name="T">Who logs.</typeparam>
public sealed class LogLines<T> : ILogger<T>
{
    public List<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add(formatter(state, exception));
}
