namespace WazoPlugind.Operations.Events;

/// <summary>A line of output, as it is stored and told.</summary>
/// <param name="At">When it was written, as ISO 8601.</param>
/// <param name="Text">The line.</param>
public sealed record EventLine(string At, string Text);
