using Microsoft.Extensions.Logging;

namespace WazoPlugind.Hosting.Log;

/// <summary>Gives log lines the id of the request that they are about.</summary>
public static class RequestScope
{
    private static readonly Func<ILogger, string, IDisposable?> Scope = LoggerMessage.DefineScope<string>("request {Request}");

    /// <summary>Begins a scope; it ends when the result is disposed of.</summary>
    /// <param name="logger">Any logger: the scope counts for all.</param>
    /// <param name="id">The request's id; <c>null</c> for no scope.</param>
    public static IDisposable? BeginRequest(this ILogger logger, string? id) => id is null ? null : Scope(logger, id);
}
