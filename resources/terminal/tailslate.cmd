@echo off
rem The terminal command of an installed Tailslate: the program itself, run as Node.
setlocal
set ELECTRON_RUN_AS_NODE=1
"%~dp0..\..\Tailslate.exe" "%~dp0..\app.asar.unpacked\out\node\cli.js" %*
