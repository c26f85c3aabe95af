namespace WazoPlugind.Messages;

/// <summary>
/// The identifiers of errors that operations end in. Others are those of a step: its name with hyphens for spaces, and <c>-error</c>
/// (<see cref="OfStep"/>), for example <c>downloading-error</c>.
/// </summary>
public static class ErrorId
{
    /// <summary>A command failed that was run: git, the plugin's rules, dpkg-deb.</summary>
    public const string Install = "install-error";

    /// <summary>The plugin's manifest is not valid.</summary>
    public const string Validation = "validation-error";

    /// <summary>What was asked for is not valid.</summary>
    public const string InvalidData = "invalid-data";

    /// <summary>The request is neither with the broker nor with a worker: it has to be made again.</summary>
    public const string RequestLost = "request-lost";

    /// <summary>Someone has cancelled the operation.</summary>
    public const string OperationCancelled = "operation-cancelled";

    /// <summary>The identifier of what went wrong in a step.</summary>
    /// <param name="step">One of <see cref="StepName"/>.</param>
    public static string OfStep(string step) => step.Replace(' ', '-') + "-error";
}
