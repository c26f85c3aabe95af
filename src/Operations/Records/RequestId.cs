using System.Buffers;
using System.Diagnostics;

namespace WazoPlugind.Operations.Records;

/// <summary>The id of a request, by which its log lines are found in every process.</summary>
public static class RequestId
{
    private const int MaxLength = 64;

    // It is written into log lines and headers.
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Makes one.</summary>
    public static string Create() => ActivityTraceId.CreateRandom().ToHexString();

    /// <summary>Takes one that someone else made.</summary>
    /// <param name="id">The id, of unknown origin.</param>
    /// <returns><c>null</c> where it cannot be one.</returns>
    public static string? Take(string? id) => id is { Length: > 0 and <= MaxLength } && !id.AsSpan().ContainsAnyExcept(Characters) ? id : null;
}
