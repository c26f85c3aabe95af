namespace WazoPlugind.Operations.Events;

/// <summary>The kinds of what happens in operations, as they are stored, and told to who reads it live.</summary>
public static class OperationEventKind
{
    /// <summary>A step began.</summary>
    public const string Step = "step";

    /// <summary>Commands of a step have written something.</summary>
    public const string Output = "output";

    /// <summary>The operation ended.</summary>
    public const string End = "end";

    /// <summary>Something is not kept: lines of a step, or all of an operation. Told, not stored.</summary>
    public const string LeftOut = "left_out";
}
