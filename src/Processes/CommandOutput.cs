namespace WazoPlugind.Processes;

/// <summary>What a command writes: its end is kept, and its lines are told to whoever reads along.</summary>
/// <param name="capacity">How many bytes are kept.</param>
/// <param name="command">The command.</param>
internal sealed class CommandOutput(int capacity, Command command)
{
    private readonly OutputTail _tail = new(capacity, command.Secrets);
    private readonly OutputLines? _lines = command.Printed is { } printed ? new OutputLines(printed, command.Secrets) : null;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _tail.Append(bytes);
        _lines?.Append(bytes);
    }

    /// <summary>Begins anew: what was written before is not kept.</summary>
    public void Begin()
    {
        _lines?.End();
        _tail.Clear();
    }

    /// <summary>Nothing more comes.</summary>
    public void End() => _lines?.End();

    /// <summary>What is kept.</summary>
    public override string ToString() => _tail.ToString();
}
