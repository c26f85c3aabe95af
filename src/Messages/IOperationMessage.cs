namespace WazoPlugind.Messages;

/// <summary>A message that belongs to one operation.</summary>
public interface IOperationMessage
{
    /// <summary>The operation.</summary>
    Guid Uuid { get; }
}
