namespace WazoPlugind.Worker.Events;

/// <summary>What an operation does, as its events name it.</summary>
internal enum OperationKind
{
    /// <summary>Installs a plugin.</summary>
    Install,

    /// <summary>Removes a plugin.</summary>
    Uninstall,
}
