namespace WazoPlugind.Worker.Commands;

/// <summary>Moves a command to the error queue.</summary>
/// <param name="reason">Why, in a short sentence: it travels in the message's headers.</param>
internal sealed class RejectedCommandException(string reason) : Exception(reason);
