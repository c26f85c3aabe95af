namespace WazoPlugind.Operations.Records;

/// <summary>A part of what the commands of a step have written in one run of it.</summary>
/// <param name="Run">The run.</param>
/// <param name="First">The number of the first line among those of the run, from 1 on: lines that are left out count too.</param>
/// <param name="Lines">The lines.</param>
/// <param name="Before">The number of the last line that was told before, in another message; 0 for none, or where that does not matter.</param>
public sealed record StepOutput(Guid Run, int First, IReadOnlyList<PrintedLine> Lines, int Before = 0)
{
    /// <summary>The number of the last line.</summary>
    public int Last() => First + Lines.Count - 1;

    /// <summary>Leaves lines out at the beginning.</summary>
    /// <param name="line">The number of the last one that is left out.</param>
    public StepOutput After(int line) => line < First ? this : this with { First = line + 1, Lines = [.. Lines.Skip(line + 1 - First)] };
}
