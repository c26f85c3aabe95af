namespace WazoPlugind.Messages;

/// <summary>Why an operation failed. All that is known of it, as the output of a build, is in <c>GET /0.2/operations/{uuid}</c>.</summary>
public sealed record PluginOperationError
{
    /// <summary>One of <see cref="Messages.ErrorId"/>.</summary>
    public required string ErrorId { get; init; }

    /// <summary>The identifier in words.</summary>
    public required string Message { get; init; }

    /// <summary>Why, in a sentence; <c>null</c> where the fields of a manifest or of a command are to blame.</summary>
    public string? Reason { get; init; }
}
