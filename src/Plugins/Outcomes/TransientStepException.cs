using WazoPlugind.Messages;

namespace WazoPlugind.Plugins.Outcomes;

/// <summary>A step failed in a way that another try may mend: the network, a lock held by another package manager.</summary>
/// <param name="error">The error that ends the operation once the tries are used up.</param>
/// <param name="reason">Why, in a short sentence without secrets: it travels in message headers.</param>
public sealed class TransientStepException(OperationError error, string reason) : Exception(reason)
{
    /// <summary>The error that ends the operation once the tries are used up.</summary>
    public OperationError Error { get; } = error;

    /// <summary>Whether the other side did not answer in time: to ask it again and again would take long.</summary>
    public bool TimedOut { get; init; }

    /// <summary>Whether it was not tried: another one waits for the same host, which does not answer.</summary>
    public bool IsUntried { get; init; }

    /// <summary>How long the other side asks to wait, if it does.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
