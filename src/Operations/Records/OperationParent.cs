namespace WazoPlugind.Operations.Records;

/// <summary>What an operation is part of: the installation of a plugin that needs another plugin, or an update of many.</summary>
/// <param name="Uuid">The operation that waits for this one, and is told its end.</param>
/// <param name="Path">The plugins from the one that was asked for to the one that needs this one, each as <c>namespace/name</c>.</param>
public sealed record OperationParent(Guid Uuid, IReadOnlyList<string> Path);
