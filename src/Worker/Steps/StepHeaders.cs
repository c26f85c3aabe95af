using MassTransit;

namespace WazoPlugind.Worker.Steps;

/// <summary>Reads the <see cref="StepTry"/> of a message.</summary>
internal static class StepHeaders
{
    /// <summary>Reads what a message is told of the tries before it.</summary>
    /// <param name="headers">The message's headers; without any it is the first try.</param>
    public static StepTry Read(Headers headers) => new(
        headers.Get<int>(StepTry.TriesHeader, 0) ?? 0,
        headers.Get<int>(StepTry.KillsHeader, 0) ?? 0,
        headers.Get<bool>(StepTry.AloneHeader, false) ?? false);
}
