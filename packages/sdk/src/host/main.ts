import { pathToFileURL } from 'node:url'
import { hostApp } from './host-app.ts'

// The app host: `node main.ts FILE` serves the application whose module FILE exports it by default.
const [, , file = ''] = process.argv
const { default: app } = await import(pathToFileURL(file).href)
hostApp(app, { input: process.stdin, outputDescriptor: 3 })
